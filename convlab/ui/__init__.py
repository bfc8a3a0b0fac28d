"""What a visitor sees: the only folder that imports streamlit."""
