"""What the map page needs, without Qt: page (folium), protocol, palette, geometry packing."""
