"""The app's entry: which pages there are. Start it with `make app`, or `streamlit run search_app.py`."""

from __future__ import annotations

import streamlit as st

from app.ask import page as ask_page
from app.state import chosen_language
from app.texts import Texts

texts = Texts(chosen_language())
st.set_page_config(page_title=texts("brand"), layout="centered")
st.navigation([st.Page(ask_page, title=texts("page_ask"), url_path="ask", default=True)]).run()
