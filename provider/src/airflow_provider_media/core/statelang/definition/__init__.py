"""The machine: its states, their retriers and catchers, and where a Map's items come from."""
