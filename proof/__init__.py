"""What is claimed of the checks and the diagnosis, measured: `tito dev proof` and its sisters."""
