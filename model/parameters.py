"""Every parameter of the model, once: default, unit, ranges, role, meaning, source.

To change a default, change it here and nowhere else; the scenario files, the command line, the app and
the documents all read this table. ``PARAMETERS`` maps each name to its :class:`Parameter`.

Roles
-----
lever
    What a government could decide. These are the policies to be tested.
assumption
    What is believed about people or the setting. Vary it to see whether a finding depends on it.
constant
    Fixed by the design or by data, so that results can be compared; changing it makes another model.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("lever", "assumption", "constant")
GROUPS = ("oversight", "enforcement", "careers", "protection and voice", "rewards and pressure",
          "people", "belief", "elections", "service and welfare", "structure")

ASSUMED = "assumed"
CALIBRATED = "calibrated"
"""What a source begins with that says to which observation the default was fitted (docs/calibration.md)."""


@dataclass(frozen=True)
class Parameter:
    """One number of the model.

    Attributes
    ----------
    name : str
        The spelling used everywhere: scenario files, ``--set``, kernels, charts.
    default : float
        Value used when a scenario says nothing.
    unit : str
        Unit of the value; "share" is a number from 0 to 1.
    valid : (float, float)
        What the mathematics allows, ends included. Values outside are refused.
    plausible : (float, float)
        What is thought plausible: swept by default, values outside are only noted.
    role : str
        One of ``ROLES``.
    group : str
        One of ``GROUPS``; how the app and the documents arrange parameters.
    meaning : str
        One sentence for a reader who does not program.
    source : str
        Where the default comes from; "assumed", or "calibrated to …", where that is the truth. A source of a part
        only ends in what is assumed: "…; weights assumed".
    raises, lowers : str
        The measure that goes up (down) when the parameter is raised from the low to the high end of
        its plausible range; a test holds the model against it. Exactly one is given, except for constants.
    needs : tuple of (str, float)
        Other parameters to set so that this one has something to act on in that test.
    at_start : bool
        True where the value is read only when the population is built, so no reform can change it.
    """

    name: str
    default: float
    unit: str
    valid: tuple[float, float]
    plausible: tuple[float, float]
    role: str
    group: str
    meaning: str
    source: str = ASSUMED
    raises: str = ""
    lowers: str = ""
    needs: tuple[tuple[str, float], ...] = ()
    at_start: bool = False

    @property
    def calibrated(self) -> bool:
        """Whether the default was set so that the model meets an observed level."""
        return self.source.startswith(CALIBRATED)


LAW_ROTATION = "UU 10/2016 art. 71 (six months before candidates are determined)"
REPORTED_LATE = "the oversight body booked 36% of the reports of 2020 after the vote (KASN); 2.5 months give 37%"
LADDER = "order of the sanctions in PP 94/2021; weights assumed"
CITIZENS = (CALIBRATED + " to the share of citizens' reports among theirs and the watchdog's, at most 0.14 (Bawaslu, 2020): "
            "moved from an assumed 0.03 no further than that asks")
PRICES = "ratios of the prices of posts told to the oversight body (Klaten 2017); level assumed"
BKN_RANKS = "BKN, permanent staff in December 2021, rounded"
BKN_STAFF = "BKN, 11% in June 2023 and 23% in December 2024"

_TABLE = [
    # ------------------------------------------------------------------------------------- oversight
    Parameter("oversight_capacity", 8.0, "cases per 1,000 staff and month", (0, 1000), (0, 32), "lever", "oversight",
              "How many cases the adjudicating body can hear.", raises="proven"),
    Parameter("patrol", 0.10, "per month", (0, 10), (0.02, 0.25), "lever", "oversight",
              "Rate at which the election watchdog itself finds an openly partisan act of average prominence in full campaign.",
              lowers="overt_share"),
    Parameter("patrol_sees_covert", 0.08, "times an open act", (0, 1), (0, 0.3), "assumption", "oversight",
              "How well the watchdog's patrol sees covert acts, relative to open ones.", lowers="covert_share"),
    Parameter("public_reporting", 0.012, "per month", (0, 10), (0.01, 0.10), "assumption", "oversight",
              "Rate at which citizens and journalists would report an open act if the press were entirely free.",
              CITIZENS, lowers="overt_share"),
    Parameter("public_sees_covert", 0.15, "times an open act", (0, 1), (0, 0.4), "assumption", "oversight",
              "How well the public sees covert acts, relative to open ones.", lowers="covert_share",
              needs=(("public_reporting", 0.10),)),
    Parameter("press_freedom", 0.6, "share", (0, 1), (0, 1), "lever", "oversight",
              "How free press and citizens are to publish what they see.", lowers="overt_share",
              needs=(("public_reporting", 0.10),)),
    Parameter("council_oversight", 0.0, "per month", (0, 10), (0, 0.3), "lever", "oversight",
              "Rate at which the elected council reports open acts, were its majority opposed to the side taken.",
              lowers="overt_share"),
    Parameter("opposition", 0.4, "share", (0, 1), (0, 1), "assumption", "oversight",
              "Share of the council that opposes the governing official; it looks at acts for him, the rest at acts against him.",
              lowers="incumbent_share", needs=(("council_oversight", 0.3),)),
    Parameter("reporting_delay", 2.5, "months", (1, 600), (1, 6), "assumption", "oversight",
              "Mean time from the month in which an act is noticed to that in which the report arrives, the first included.",
              REPORTED_LATE, lowers="reported"),
    Parameter("deadline", 6.0, "months", (1, 600), (1, 12), "lever", "oversight",
              "A case not heard within this time lapses.", lowers="lapsed", needs=(("oversight_capacity", 1.0),)),
    Parameter("proof_standard", 1.2, "standard deviations of evidence", (-6, 6), (0.6, 2.4), "lever", "oversight",
              "How strong the evidence must be; stricter proof protects the innocent and frees the guilty.",
              lowers="wrongful_sanctions", needs=(("false_rate", 1e-3),)),
    Parameter("evidence", 2.0, "standard deviations of evidence", (0, 10), (1, 3), "assumption", "oversight",
              "How far the evidence in true cases lies above that in false ones.", raises="proven_share"),
    Parameter("false_rate", 5e-5, "per person and month", (0, 1), (0, 1e-3), "assumption", "oversight",
              "Rate at which a neutral civil servant is wrongly reported.", raises="wrongful_sanctions"),
    Parameter("attention_floor", 0.15, "share of the campaign's level", (0, 1), (0.05, 1), "assumption", "oversight",
              "Enforcement outside the campaign; most election supervisors are hired for the campaign only.",
              lowers="siding_share"),
    # ----------------------------------------------------------------------------------- enforcement
    Parameter("severity", 25.0, "utility", (0, 1000), (5, 60), "lever", "enforcement",
              "What a moderate sanction costs the person.", lowers="siding_share"),
    Parameter("severity_ref", 8.0, "utility", (1e-6, 1000), (8, 8), "constant", "enforcement",
              "Severity at which perceived and actual severity are equal."),
    Parameter("curvature", 0.6, "exponent", (0.01, 1), (0.4, 1), "assumption", "enforcement",
              "How perceived severity grows with severity; below 1, each further step deters less.",
              lowers="siding_share"),
    Parameter("weight_light", 0.4, "times a moderate sanction", (0, 10), (0.4, 0.4), "constant", "enforcement",
              "What a light sanction (statement) costs.", LADDER),
    Parameter("weight_moderate", 1.0, "times a moderate sanction", (0, 10), (1, 1), "constant", "enforcement",
              "What a moderate sanction (pay cut, no promotion for twelve months) costs.", LADDER),
    Parameter("weight_severe", 2.0, "times a moderate sanction", (0, 10), (2, 2), "constant", "enforcement",
              "What a severe sanction (the post is lost) costs.", LADDER),
    Parameter("patience", 0.97, "discount factor per month", (0, 1), (0.9, 1), "assumption", "enforcement",
              "Weight of a sanction one month away; below 1, late sanctions deter less.", lowers="siding_share"),
    Parameter("execution_delay", 3.0, "months", (1, 600), (1, 12), "lever", "enforcement",
              "Mean time from recommendation to the decision on it, the month of the recommendation included.", raises="siding_share"),
    Parameter("independence", 0.05, "share", (0, 1), (0, 1), "lever", "enforcement",
              "Share of sanctions executed by a body that the governing official does not command.",
              raises="follow_up_rate"),
    Parameter("follow_up", 0.9, "share", (0, 1), (0.6, 0.95), "assumption", "enforcement",
              "Share of recommendations that an official with no interest in the case executes.",
              raises="follow_up_rate"),
    Parameter("capture", 0.55, "share", (0, 1), (0.4, 0.8), "assumption", "enforcement",
              "Share of recommendations against his own supporters that the governing official shelves.",
              lowers="selective_enforcement"),
    Parameter("central_pressure", 0.0, "per month", (0, 1), (0, 0.1), "lever", "enforcement",
              "Rate at which shelved cases are executed after all because the centre insists.",
              "as in October 2020, when the ministry reprimanded 67 heads of region; rate assumed",
              raises="follow_up_rate"),
    # --------------------------------------------------------------------------------------- careers
    Parameter("merit_protection", 0.25, "share", (0, 1), (0, 1), "lever", "careers",
              "How far careers follow merit (competence and seniority) instead of the officials' wishes.",
              lowers="siding_share"),
    Parameter("appointing_stake", 1.0, "share", (0, 1), (0, 1), "lever", "careers",
              "How far the contested post is the one that appoints civil servants (1 in a regional election).",
              raises="siding_share"),
    Parameter("separated_offices", 0.15, "share of offices", (0, 1), (0, 0.5), "lever", "careers",
              "Share of offices whose careers lie outside the reach of the region's officials.",
              lowers="siding_share"),
    Parameter("rotation_ban", 6.0, "months", (0, 56), (0, 12), "lever", "careers",
              "How long before candidates are determined the ban on replacing officials begins; 0 means no ban.",
              LAW_ROTATION, lowers="siding_share"),
    Parameter("rotation", 0.02, "share of senior posts per month", (0, 1), (0, 0.08), "assumption", "careers",
              "Share of senior posts the governing official refills a month in full campaign; earlier, as salience says.",
              raises="realised_rotations"),
    Parameter("anticipation", 0.5, "share", (0, 1), (0, 1), "assumption", "careers",
              "Share of the rotations that a coming ban prevents which are brought forward to the last month before it.",
              raises="realised_rotations"),
    Parameter("purge", 0.3, "share of senior posts", (0, 1), (0, 0.6), "assumption", "careers",
              "Share of senior posts a winner refills after the handover, known opponents first.",
              raises="realised_rotations"),
    Parameter("seniority_weight", 0.3, "SD of merit per SD of tenure", (0, 10), (0, 1), "assumption", "careers",
              "Weight of time in service in merit.", lowers="promoted_competence"),
    Parameter("loyalty_weight", 3.0, "SD of merit per unit of loyalty", (0, 100), (1, 5), "assumption", "careers",
              "Weight of loyalty in promotion where patronage is complete.", raises="loyalty_premium"),
    Parameter("score_noise", 0.3, "SD of merit", (0, 10), (0.1, 0.6), "assumption", "careers",
              "Chance in promotion.", lowers="promoted_competence"),
    Parameter("retirement", 0.003, "per month", (0, 1), (0.003, 0.003), "constant", "careers",
              "Rate of leaving for good, about 30 years of service."),
    # -------------------------------------------------------------------------- protection and voice
    Parameter("tenure_security", 0.7, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "How well permanent staff are protected from transfer and removal.", lowers="siding_share"),
    Parameter("tenure_security_contract", 0.1, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "How well contract staff are protected from non-renewal.", lowers="siding_share"),
    Parameter("solidarity", 0.0, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "How far neutral colleagues who stand together shield each other from punishment.",
              lowers="siding_share"),
    Parameter("peer_reporting", 0.1, "per month", (0, 10), (0.02, 0.15), "assumption", "protection and voice",
              "Rate at which colleagues, all neutral and unafraid, would report an act.", lowers="covert_share"),
    Parameter("peers_see_covert", 0.7, "times an open act", (0, 1), (0.4, 1), "assumption", "protection and voice",
              "How well colleagues see covert acts, relative to open ones.", lowers="covert_share"),
    Parameter("whistleblower_protection", 0.3, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "How well those who report are protected from reprisal.", lowers="siding_share"),
    Parameter("reprisal_fear", 0.8, "share", (0, 1), (0, 1), "assumption", "protection and voice",
              "Share of colleagues' reports that fear suppresses where there is no protection.",
              raises="siding_share"),
    Parameter("head_suppression", 0.8, "share", (0, 1), (0, 1), "assumption", "protection and voice",
              "Share of internal reports that an office head suppresses when they concern her own side.",
              raises="siding_share"),
    Parameter("external_channel", 0.1, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "Share of colleagues' reports that can go past the office head.", raises="reported_colleagues"),
    Parameter("understanding", 0.965, "share", (0, 1), (0.8, 1), "assumption", "protection and voice",
              "Share of the rules that civil servants know.", "KASN survey, July 2021: 96.5% had been informed",
              lowers="siding_share"),
    Parameter("socialisation", 0.0, "share", (0, 1), (0, 1), "lever", "protection and voice",
              "Share of what is not yet known about the rules that training teaches.", lowers="siding_share"),
    # -------------------------------------------------------------------------- rewards and pressure
    Parameter("promotion_prize", 6.0, "utility per unit of stake and ambition", (0, 100), (1, 7), "assumption",
              "rewards and pressure", "What a promised promotion is worth.", raises="siding_share"),
    Parameter("spot_reward", 2.2, "utility per unit of stake", (0, 100), (0.3, 2.5), "assumption",
              "rewards and pressure", "What the governing official can give at once.", raises="incumbent_share"),
    Parameter("deferral", 0.6, "share", (0, 1), (0, 1), "assumption", "rewards and pressure",
              "Share of the spot reward that can be promised for after the ban instead.", raises="siding_share"),
    Parameter("patronage", 0.7, "share", (0, 1), (0, 1), "assumption", "rewards and pressure",
              "How much of the prize officials hand out by loyalty, at the start.", raises="siding_share", at_start=True),
    Parameter("patronage_sd", 0.15, "share", (0, 1), (0, 0.3), "assumption", "rewards and pressure",
              "Standard deviation of patronage between officials at the start.", raises="patronage_spread", at_start=True),
    Parameter("removal_threat", 1.0, "utility per unit of stake", (0, 100), (0.3, 1.5), "lever", "rewards and pressure",
              "What permanent staff lose if a winner removes them for not having been on his side.",
              raises="siding_share"),
    Parameter("renewal_threat", 1.0, "utility", (0, 100), (0.3, 1.5), "lever", "rewards and pressure",
              "What contract staff lose if they are not renewed; it also scales how often that happens.",
              raises="siding_share"),
    Parameter("retaliation", 0.5, "share", (0, 1), (0, 1), "assumption", "rewards and pressure",
              "Share of the threat that the other camp carries out on those who backed the loser.",
              lowers="siding_share"),
    Parameter("head_pressure", 0.3, "utility", (0, 10), (0, 0.6), "assumption", "rewards and pressure",
              "Pull of an office head who has taken a side.", raises="siding_share"),
    Parameter("stake_staff", 0.4, "times a supervisor's", (0, 100), (0.2, 0.8), "assumption", "rewards and pressure",
              "What careers decide for staff.", PRICES, raises="siding_share"),
    Parameter("stake_functional", 0.5, "times a supervisor's", (0, 100), (0.3, 1.0), "assumption",
              "rewards and pressure", "What careers decide for functional officials.", PRICES, raises="siding_share"),
    Parameter("stake_supervisor", 1.0, "times a supervisor's", (0, 100), (1, 1), "constant",
              "rewards and pressure", "What careers decide for supervisors: the unit of stake.", PRICES),
    Parameter("stake_administrator", 1.8, "times a supervisor's", (0, 100), (1.2, 3.0), "assumption",
              "rewards and pressure", "What careers decide for administrators.", PRICES, raises="siding_share_administrator"),
    Parameter("stake_executive", 3.0, "times a supervisor's", (0, 100), (2, 8), "assumption",
              "rewards and pressure", "What careers decide for senior executives.", PRICES, raises="siding_share_executive"),
    # ---------------------------------------------------------------------------------------- people
    Parameter("prominence_staff", 0.7, "times an average person's", (0, 100), (0.4, 1.0), "assumption", "people",
              "How much attention the acts of staff draw.", lowers="siding_share"),
    Parameter("prominence_functional", 0.8, "times an average person's", (0, 100), (0.4, 1.2), "assumption", "people",
              "How much attention the acts of functional officials draw.", lowers="siding_share"),
    Parameter("prominence_supervisor", 2.0, "times an average person's", (0, 100), (1, 4), "assumption", "people",
              "How much attention the acts of supervisors draw.", lowers="siding_share"),
    Parameter("prominence_administrator", 5.0, "times an average person's", (0, 100), (2, 10), "assumption", "people",
              "How much attention the acts of administrators draw.", lowers="siding_share_administrator"),
    Parameter("prominence_executive", 10.0, "times an average person's", (0, 100), (3, 20), "assumption", "people",
              "How much attention the acts of senior executives draw.", lowers="siding_share_executive"),
    Parameter("visibility_covert", 0.5, "times an open act", (0, 1), (0.2, 0.8), "assumption", "people",
              "How much of covert support the supported camp sees and rewards.", raises="covert_share"),
    Parameter("visibility_overt", 1.0, "times an open act", (0, 1), (1, 1), "constant", "people",
              "How much of open support the supported camp sees: the unit of visibility."),
    Parameter("moral_covert", 1.45, "utility per unit of integrity", (0, 100), (1.1, 1.7), "assumption", "people",
              "What taking a side covertly costs the conscience of a person of average integrity.", lowers="covert_share"),
    Parameter("moral_overt", 1.85, "utility per unit of integrity", (0, 100), (1.4, 2.2), "assumption", "people",
              "What taking a side openly costs the conscience of a person of average integrity.", lowers="overt_share"),
    Parameter("integrity_mean", 1.0, "unit of integrity", (0, 10), (1, 1), "constant", "people",
              "Mean integrity: the unit of integrity."),
    Parameter("integrity_sd", 0.35, "unit of integrity", (0, 10), (0.2, 0.5), "assumption", "people",
              "Standard deviation of integrity between people.", raises="siding_share"),
    Parameter("ambition_sd", 0.5, "standard deviation, mean 1", (0, 10), (0.5, 0.5), "constant", "people",
              "Standard deviation of ambition between people (lognormal with mean 1)."),
    Parameter("affinity_share", 0.3, "share", (0, 1), (0.1, 0.6), "assumption", "people",
              "Share of people who are close to one of the camps (kinship, background, gratitude).",
              "KASN survey, July 2021, names kinship first among causes; share assumed", raises="challenger_share"),
    Parameter("affinity_size", 0.6, "unit of closeness", (0, 10), (0.3, 1.0), "assumption", "people",
              "How close those people are.", raises="challenger_share"),
    Parameter("affinity_weight", 1.4, "utility per unit of closeness", (0, 100), (0.8, 2.0), "assumption", "people",
              "What helping a camp one is close to is worth.", raises="challenger_share"),
    Parameter("peer_influence", 0.35, "utility", (0, 10), (0.1, 0.7), "assumption", "people",
              "Pull of what colleagues in the same office do.", lowers="siding_share"),
    Parameter("decision_noise", 0.28, "utility", (0.01, 100), (0.25, 0.4), "assumption", "people",
              "Scale of the logit: what the reasons counted leave open.", raises="siding_share"),
    # ---------------------------------------------------------------------------------------- belief
    Parameter("learning_rate", 0.15, "per month", (0, 1), (0.05, 0.4), "assumption", "belief",
              "How fast perceived risk moves to what office and region show.", raises="perceived_risk"),
    Parameter("publicity", 0.4, "share", (0, 1), (0, 1), "assumption", "belief",
              "Weight of published sanctions of the whole region against what the own office saw.",
              lowers="perceived_risk_spread"),
    Parameter("risk_memory", 0.98, "per month", (0, 1), (0.9, 0.995), "assumption", "belief",
              "What is kept of past cases from month to month.", raises="perceived_risk",
              needs=(("patrol", 0.2), ("oversight_capacity", 32.0))),
    Parameter("prior_weight", 2.0, "acts", (1e-6, 1e6), (0.5, 10), "assumption", "belief",
              "How many imagined acts the first belief counts for.", lowers="perceived_risk"),
    Parameter("risk_prior", 0.05, "probability", (0, 1), (0.02, 0.1), "assumption", "belief",
              "Perceived risk of those who have seen nothing yet.", raises="perceived_risk"),
    Parameter("own_sanction_jump", 0.12, "probability", (0, 1), (0.05, 0.2), "assumption", "belief",
              "By how much perceived risk jumps after one's own sanction.", raises="perceived_risk_spread",
              needs=(("merit_protection", 1.0), ("false_rate", 1e-3), ("proof_standard", 0.6), ("independence", 1.0),
                     ("learning_rate", 0.05), ("reporting_delay", 1.0))),
    # ------------------------------------------------------------------------------------- elections
    Parameter("salience_floor", 0.02, "share", (0, 1), (0, 0.1), "assumption", "elections",
              "How present the next vote is when it is far away.", raises="siding_share"),
    Parameter("salience_scale", 3.5, "months", (0.1, 600), (1.5, 4), "assumption", "elections",
              "How long before the vote the campaign begins to matter.", raises="siding_share"),
    Parameter("incumbency", 0.1, "margin", (-10, 10), (0, 0.4), "assumption", "elections",
              "Advantage of the governing official at the vote.", raises="incumbent_win_rate"),
    Parameter("inherited_incumbency", 0.5, "share", (0, 1), (0, 1), "assumption", "elections",
              "Share of that advantage which a successor of the same camp keeps.", raises="incumbent_win_rate",
              needs=(("incumbency", 0.4),)),
    Parameter("popularity_sd", 0.25, "margin", (0, 10), (0.1, 0.4), "assumption", "elections",
              "Standard deviation of a candidate's popularity.", raises="margin_spread"),
    Parameter("margin_noise", 0.35, "margin", (0.001, 10), (0.2, 0.6), "assumption", "elections",
              "Standard deviation of what nobody can foresee about a vote.", raises="margin_spread"),
    Parameter("mobilisation", 0.6, "margin", (0, 10), (0, 1.2), "assumption", "elections",
              "What the visible support of the whole civil service would add to the margin.",
              raises="incumbent_win_rate"),
    Parameter("service_voting", 0.5, "margin per SD of service", (0, 10), (0, 1), "assumption", "elections",
              "How far voters reward better and punish worse service.", lowers="incumbent_margin", needs=(("diversion", 1.0),)),
    Parameter("scandal", 0.05, "margin per proven intervention", (0, 10), (0, 0.3), "assumption", "elections",
              "What a proven intervention by an official costs his camp where the press is free.",
              lowers="incumbent_win_rate",
              needs=(("council_oversight", 0.3), ("opposition", 1.0))),
    Parameter("imitation", 0.5, "probability", (0, 1), (0, 1), "assumption", "elections",
              "Chance that a new candidate copies the patronage of a winner elsewhere.", lowers="patronage_spread",
              needs=(("mutation_sd", 0.0),)),
    Parameter("mutation_sd", 0.05, "share", (0, 1), (0, 0.2), "assumption", "elections",
              "Standard deviation of what changes when a style of patronage is copied.", raises="patronage_spread"),
    # --------------------------------------------------------------------------- service and welfare
    Parameter("diversion", 0.5, "SD of service", (0, 10), (0.25, 1), "assumption", "service and welfare",
              "Service lost if everyone took sides in full campaign.", lowers="service_quality"),
    Parameter("disruption", 0.5, "SD of service", (0, 10), (0.25, 1), "assumption", "service and welfare",
              "Service lost if every post changed hands within a year.", lowers="service_quality"),
    Parameter("vacancy_cost", 1.0, "SD of service", (0, 10), (0.5, 2), "assumption", "service and welfare",
              "Service lost if every post were vacant.", lowers="service_quality"),
    Parameter("neutrality_value", 0.3, "SD of service", (0, 10), (0.15, 0.6), "assumption", "service and welfare",
              "What a neutral civil service is worth in itself.", lowers="welfare"),
    Parameter("cost_capacity", 0.0015, "SD of service per case", (0, 10), (0.0004, 0.006), "assumption", "service and welfare",
              "Cost of the capacity to hear one case per 1,000 staff and month.", raises="oversight_cost"),
    Parameter("cost_patrol", 0.3, "SD of service per unit of patrol", (0, 10), (0.075, 1.2), "assumption", "service and welfare",
              "Cost of the watchdog's patrol.", raises="oversight_cost"),
    Parameter("cost_wrongful", 0.05, "SD of service per sanction", (0, 10), (0.0125, 0.2), "assumption", "service and welfare",
              "Cost of one wrongful sanction per 1,000 staff and month.", raises="oversight_cost",
              needs=(("false_rate", 1e-3),)),
    Parameter("rights_cost", 0.01, "SD of service", (0, 10), (0.0025, 0.04), "assumption", "service and welfare",
              "Cost of surveillance at patrol 0.1, and of one sanction for mere expression per 1,000 staff and month.",
              lowers="welfare"),
    # ------------------------------------------------------------------------------------- structure
    Parameter("contract_share", 0.2, "share of staff", (0, 1), (0.05, 0.4), "assumption", "structure",
              "Share of civil servants on fixed-term contracts (PPPK).", BKN_STAFF, raises="contract_staff_share"),
    Parameter("loyalty_memory", 0.95, "per month", (0, 1), (0.95, 0.95), "constant", "structure",
              "What is kept of the loyalty record from month to month."),
    Parameter("known_loyalty", 0.02, "loyalty", (0, 1), (0.02, 0.02), "constant", "structure",
              "Loyalty record from which a person counts as a known supporter of a camp."),
    Parameter("office_size", 50.0, "people", (2, 100000), (50, 50), "constant", "structure",
              "People in an office.", at_start=True),
    Parameter("share_functional", 0.485, "share of posts", (0, 1), (0.485, 0.485), "constant", "structure",
              "Share of posts that are functional.", BKN_RANKS, at_start=True),
    Parameter("share_supervisor", 0.08, "share of posts", (0, 1), (0.08, 0.08), "constant", "structure",
              "Share of posts that are supervisors'.", BKN_RANKS, at_start=True),
    Parameter("share_administrator", 0.03, "share of posts", (0, 1), (0.03, 0.03), "constant", "structure",
              "Share of posts that are administrators'.", BKN_RANKS, at_start=True),
    Parameter("share_executive", 0.005, "share of posts", (0, 1), (0.005, 0.005), "constant", "structure",
              "Share of posts that are senior executives'; the remaining posts are staff.", BKN_RANKS, at_start=True),
]

PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _TABLE}
"""Every parameter by name, in the order of the table above."""
