"""Small applications to compare with: what a create costs when it is nothing but an insert."""

from __future__ import annotations

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE bench.bare (
  id uuid PRIMARY KEY, user_id uuid NOT NULL, title text NOT NULL, due_date date, due_time time, due_zone text,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX bare_user ON bench.bare (user_id, id);
CREATE TABLE bench.tutorial (LIKE bench.bare INCLUDING ALL);
"""
