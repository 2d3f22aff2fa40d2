"""From a row's text to a result, or to a sentence that says what is wrong. Pure functions."""
