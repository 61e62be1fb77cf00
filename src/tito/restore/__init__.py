"""``tito restore``: what it says and asks; the files themselves are the workspace's."""
