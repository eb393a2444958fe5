"""The tour: six steps on the sample plan, a bubble at the real thing."""
