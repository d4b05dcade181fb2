"""The pages over what stands in the grids."""
