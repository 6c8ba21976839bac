"""The app's entry: which pages there are. Start it with `make app`, or `streamlit run search_app.py`."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.frame import ICON, pages_shown, show
from app.navigation import PAGES, page_of
from app.state import chosen_language
from app.texts import Texts

texts = Texts(chosen_language())
st.set_page_config(page_icon=ICON, layout="wide")  # before there are pages: their icons would be asked for elsewhere
listed = pages_shown()  # the others say, where a link leads to them, that one may not, or has to sign in first
pages = [page_of(name, texts, partial(show, name), listed=name in listed) for name in PAGES]
chosen = st.navigation(pages, position="top")
st.set_page_config(page_title=chosen.title + " · " + texts("brand"), page_icon=ICON, layout="wide")
chosen.run()
