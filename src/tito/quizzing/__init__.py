"""The quiz: what an answer is worth, asking, and remembering."""
