"""The page "Policy lab": scenarios compared on the same luck while levers move.

    arms.py     choices of a visitor -> the scenarios that are compared
    desk.py     runs them in the background and keeps what is shown
    page.py     the page
    lines.py    the two large charts (lines.vue draws them)
    tiles.py    what changes, and whether the difference is real
    tabs.py     ranks, funnel, promotion, service: tables with bars
    bench.py    presets, undo, saved scenarios, upload, downloads
    export.py   the comparison as CSV, picture and printable report
"""
