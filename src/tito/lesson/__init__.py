"""What a lesson is, and all that every lesson is made with."""
