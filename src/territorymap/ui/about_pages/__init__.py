"""The pages of "About": versions, data and licences."""
