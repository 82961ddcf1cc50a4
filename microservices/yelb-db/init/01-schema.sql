CREATE TABLE restaurants (
  name  text PRIMARY KEY,
  count integer NOT NULL DEFAULT 0
);

INSERT INTO restaurants (name) VALUES ('outback'), ('bucadibeppo'), ('ihop'), ('chipotle');

-- One row per vote that was counted: the same key again finds its row and changes nothing.
CREATE TABLE vote_keys (
  key        text PRIMARY KEY,
  restaurant text NOT NULL REFERENCES restaurants (name),
  -- The restaurant's count after this vote; what a repeat of the vote is answered.
  count      integer,
  voted_at   timestamptz NOT NULL DEFAULT now()
);
