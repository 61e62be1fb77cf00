"""`tito train`: a network of the learner's layers, trained in a process of its own."""
