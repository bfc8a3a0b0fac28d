import assert from "node:assert/strict";
import { test } from "node:test";
import { withEmbed } from "../../convlab/ui/components/shared/embed.js";

test("the address says the settings alone", () => {
  assert.equal(withEmbed("stride=2", ""), "?stride=2");
  assert.equal(withEmbed("stride=2", "?stride=3&padding=1"), "?stride=2");
  assert.equal(withEmbed("", "?stride=3"), "");
});

test("what Streamlit itself needs of a query stays", () => {
  assert.equal(withEmbed("stride=2", "?embed=true&stride=3"), "?stride=2&embed=true");
  assert.equal(withEmbed("", "?embed=true&embed_options=dark_theme"), "?embed=true&embed_options=dark_theme");
});
