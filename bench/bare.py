"""What a page costs at least with these tools: bare Flask, one query, one small template."""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

PAGE = "<!doctype html><title>{{ name }}</title><h1>{{ name }}</h1>"

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BARE_DATABASE"]
db = SQLAlchemy(app)


@app.get("/")
def show() -> str:
    name = db.session.scalar(text("SELECT name FROM clients ORDER BY id LIMIT 1"))
    return render_template_string(PAGE, name=name)
