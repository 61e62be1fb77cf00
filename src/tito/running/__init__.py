"""`tito run`: a person's own program, with the modules they built in the library's place."""
