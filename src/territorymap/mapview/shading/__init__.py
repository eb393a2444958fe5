"""What the map can be coloured by, one file a family (registry), and the classes and colours it takes."""
