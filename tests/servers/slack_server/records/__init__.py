"""Records of the world: workspaces, people, channels, messages, views."""
