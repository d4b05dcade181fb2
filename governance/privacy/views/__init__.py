"""The pages of the room, by subject."""
