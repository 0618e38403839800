"""Public service, what oversight costs, and welfare; in SD of the competence of civil servants."""

from __future__ import annotations

MONTHS_RECENT = 12.0
MONTHS_USUAL = 60.0
USUAL_PATROL = 0.1  # per month; surveillance is counted relative to it


def service_of_region(competence, diversion, salience, siding, disruption, turnover, vacancy_cost, vacant):
    """Return the quality of public service in a region.

    Parameters
    ----------
    competence : float
        Mean competence in filled posts, weighted by stake (SD).
    siding : float
        Share of staff who take a side.
    turnover : float
        Share of posts that changed hands within a year.
    vacant : float
        Share of posts vacant, weighted by stake.
    """
    return competence - diversion * salience * siding - disruption * turnover - vacancy_cost * vacant


def moving_average(average, new, months):
    """Return an exponential moving average over about ``months`` months after another value."""
    return average + (new - average) / months


def cost_of_oversight(oversight_capacity, cost_capacity, patrol, cost_patrol, wrongful, cost_wrongful):
    """Return what oversight costs, ``wrongful`` being wrongful sanctions per 1,000 staff and month."""
    return oversight_capacity * cost_capacity + patrol * cost_patrol + wrongful * cost_wrongful


def cost_to_rights(rights_cost, patrol, expression):
    """Return the cost of surveillance and of sanctions for mere expression (per 1,000 staff and month)."""
    return rights_cost * (patrol / USUAL_PATROL + expression)


def welfare_of_region(service, neutrality_value, salience, siding, oversight_cost, rights):
    """Return welfare: service, less what lost neutrality, oversight and lost rights cost. The weights are assumed."""
    return service - neutrality_value * salience * siding - oversight_cost - rights
