"""``tito compare``: the same network in PyTorch, its numbers, its time and its program."""
