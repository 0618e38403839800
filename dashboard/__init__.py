"""What people see: one module a panel, their texts in ``texts/``, what happens behind them in ``session.py``."""
