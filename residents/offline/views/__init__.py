"""The pages of offline work, and what the phone loads to do without them."""
