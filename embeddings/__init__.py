"""The bundled encoder: its weights (`encoder/`), how it is trained (`train`) and how it is measured (`evaluate`)."""
