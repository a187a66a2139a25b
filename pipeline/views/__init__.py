"""Views of a comparison: for a terminal, as JSON, as Markdown for a pull request, and as one HTML file.

All draw the same `changes.Comparison`. `words` says values and places in words, `cards` makes of a change what a
template draws; `assets` holds the look of the cards, which whatever else shows changes should share:

    cards.css    colours and type of a page, light and dark, on paper; the card itself
    card.html    the macro `card(view)` for one `cards.CardView`, autoescaped
    report.*     the HTML report around the cards
"""
