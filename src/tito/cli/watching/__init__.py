"""``tito watch``: the verdict on each save, on one calm screen."""
