"""What the commands that use layers print, while they run and at the end."""
