"""Stage 8: people leave, rise, fall and join; also how officials reshuffle senior posts."""

from __future__ import annotations

from math import inf

from numpy import float64, uint32

from model.population import (
    BARRED_UNTIL,
    CASE_STATUS,
    COMPETENCE,
    CONTRACT,
    ENTRY_MONTH,
    FIRST_PERSONAL_MARK,
    FIRST_STRUCTURAL_RANK,
    LOYALTY_A,
    NO_CASE,
    OCCUPIED,
    POST_LOST,
    QUEUED,
    RANK,
    clear,
    enter,
    posts_of_rank,
    sign_contract,
)
from model.randomness import (
    DRAW_ROTATION,
    DRAW_SCORE,
    UNIT,
    bell_chance,
    uniform,
    words_below,
)
from model.rules.careers import (
    known_supporter,
    merit,
    non_renewal_probability,
    posts_to_refill,
    promotion_score,
)
from model.rules.choice import reach_of_officials
from model.rules.elections import (
    last_open_month,
    rotations_due,
    rotations_prevented,
)
from model.stages.order import keep_best, list_flagged, sort_posts
from model.stages.oversight import drop_from_docket, office_of
from model.stages.room import AFFECTED, BEST, BEST_SCORES, LISTED, LOSING, VACANT
from model.stages.sums import total, whole_total

CONTRACT_MONTHS = uint32(12)  # as wide as keys are: so a loop divides many at once


def careers(g, month, world, scratch):
    """Let people leave, carry out severe sanctions, fill vacant posts from below, rotate before the ban."""
    region = world.regions[g]
    scratch.moved[:region.rows] = 0
    affected = list_affected(g, month, world, scratch)
    exits(g, month, affected, world, scratch)
    score_everyone(g, month, world, scratch)
    demotions(g, month, affected, world, scratch)
    vacant = list_marked(OCCUPIED, 0, affected, scratch.posts[VACANT], world, scratch)
    for below in range(4):
        vacant = fill_vacancies(g, 4 - below, month, vacant, world, scratch)
    hire(g, month, vacant, world, scratch)
    if region.laboratory == 0 and region.frozen == 0:
        p = world.parameters[g]
        prevented = rotations_prevented(p.rotation, p.rotation_ban, p.salience_floor, p.salience_scale)
        last_open = last_open_month(region.months_to_vote, p.rotation_ban)
        share = rotations_due(p.rotation, region.salience, prevented, p.anticipation, last_open)
        reshuffle(g, month, share, DRAW_ROTATION, world, scratch)


def list_affected(g, month, world, scratch):
    """List the posts whose holders may leave this month or have lost them, and those that are vacant; return their number.

    They are few. A loop with no branch flags them, many at once; then flags are read where there are any.
    """
    region = world.regions[g]
    p = world.parameters[g]
    first, last = region.first_row, region.first_row + region.rows
    marks = world.people.marks
    occupied, lost, contract = marks[OCCUPIED, first:last], marks[POST_LOST, first:last], marks[CONTRACT, first:last]
    words, key, flags = scratch.draws[2], world.people.key[first:last], scratch.flags
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    # Nobody's chance of leaving exceeds this. All three kinds of people are asked, because a rule handed over need not be
    # hardest on opponents.
    threat, security = p.renewal_threat, p.tenure_security_contract
    most = max(non_renewal_probability(reach, threat, security, False, False),
               non_renewal_probability(reach, threat, security, False, True),
               non_renewal_probability(reach, threat, security, True, False))
    # Words are compared with a word, which processors do for many at once; it may be one too high, which flags too many.
    retire, leave_at_most = word_at(p.retirement), word_at(p.retirement + most)
    ending = keys_that_end(month)
    for i in range(len(key)):
        highest = leave_at_most if contract[i] == 1 and key[i] % CONTRACT_MONTHS == ending else retire
        flags[i] = words[i] <= highest or occupied[i] == 0 or lost[i] == 1
    return list_flagged(first, len(key), flags, scratch.posts[AFFECTED])


def exits(g, month, affected, world, scratch):
    """Let people retire, and contracts run out, among those in the posts that are ``affected``."""
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    base = region.first_row
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    for k in range(affected):
        row = scratch.posts[AFFECTED, k]
        if people.marks[OCCUPIED, row] == 0:
            continue
        chance = p.retirement
        if (people.marks[CONTRACT, row] == 1 and people.key[row] % CONTRACT_MONTHS == keys_that_end(month)
                and is_in_reach(g, row, world)):
            own, other = loyalty_to(row, region.governing, people), loyalty_to(row, 1 - region.governing, people)
            chance += non_renewal_probability(
                reach, p.renewal_threat, p.tenure_security_contract,
                known_supporter(own, other, p.known_loyalty), known_supporter(other, own, p.known_loyalty))
        if scratch.draws[2, row - base] * UNIT < chance:
            leave(g, row, is_in_reach(g, row, world), world)


def keys_that_end(month):
    """Return which contracts end in a month: those of people whose key leaves this remainder, divided by CONTRACT_MONTHS."""
    return uint32((CONTRACT_MONTHS - month % CONTRACT_MONTHS) % CONTRACT_MONTHS)


def word_at(chance):
    """Return the word with which draws of ``chance`` begin, or the last word."""
    return uint32(min(words_below(chance), 0xFFFFFFFF))


def is_in_reach(g, row, world):
    """Return 1 if the post ``row`` is within the officials' reach, else 0."""
    return world.offices[office_of(g, row, world)].in_reach


def loyalty_to(row, camp, people):
    """Return the loyalty record of the person in ``row`` towards a camp, in double precision (``float`` keeps a single)."""
    return float64(people.traits[LOYALTY_A + camp, row])


def leave(g, row, where, world):
    """Vacate the post ``row``; an open case ends with the person's service."""
    people = world.people
    world.tallies[g].exits[where, people.marks[RANK, row]] += 1.0
    if people.marks[CASE_STATUS, row] != NO_CASE:
        if people.marks[CASE_STATUS, row] == QUEUED:
            world.tallies[g].closed_by_exit[where] += 1.0
        drop_from_docket(g, row, world)
    clear(row, people)


def demotions(g, month, affected, world, scratch):
    """Carry out severe sanctions: staff are dismissed, others exchange posts with the best candidate from below."""
    region = world.regions[g]
    people = world.people
    for k in range(list_marked(POST_LOST, 1, affected, scratch.posts[LISTED], world, scratch)):
        row = scratch.posts[LISTED, k]
        in_reach = is_in_reach(g, row, world)
        if people.marks[RANK, row] == 0:
            leave(g, row, in_reach, world)
            continue
        if post_is_frozen(int(people.marks[RANK, row]), in_reach, region.frozen):
            continue
        below = int(people.marks[RANK, row]) - 1
        if best_candidates(g, month, below, in_reach, 1, world, scratch) == 1:
            loyal, everyone = loyalty_of_rank(g, below, world)
            note_loyalty_lead(g, below + 1, in_reach, 1, loyal, everyone, world, scratch)
            promote(g, scratch.posts[BEST, 0], row, in_reach, world, scratch)


def post_is_frozen(rank, in_reach, frozen):
    """Return whether a post may not be filled now: the ban holds for officials that the region's head appoints."""
    return frozen == 1 and in_reach == 1 and rank >= FIRST_STRUCTURAL_RANK


def list_marked(mark, value, affected, rows, world, scratch):
    """List in ``rows`` those of the posts ``affected`` whose ``mark`` has a value; return their number."""
    count = 0
    for k in range(affected):
        row = scratch.posts[AFFECTED, k]
        if world.people.marks[mark, row] == value:
            rows[count] = row
            count += 1
    return count


def fill_vacancies(g, rank, month, vacant, world, scratch):
    """Fill the vacant posts of one rank with the best people of the rank below, those within reach first.

    Their own posts are added to the ``vacant`` ones listed; return how many there are then.
    """
    loyal, everyone = 0.0, 0
    for outside in range(2):
        in_reach = 1 - outside
        if post_is_frozen(rank, in_reach, world.regions[g].frozen):
            continue
        count = pick_vacancies(g, rank, in_reach, vacant, world, scratch)
        if count == 0:
            continue
        if everyone == 0:
            loyal, everyone = loyalty_of_rank(g, rank - 1, world)
        found = best_candidates(g, month, rank - 1, in_reach, count, world, scratch)
        loyal -= note_loyalty_lead(g, rank, in_reach, found, loyal, everyone, world, scratch)
        everyone -= found
        for k in range(found):
            row = scratch.posts[BEST, k]
            promote(g, row, scratch.posts[LISTED, k], in_reach, world, scratch)
            scratch.posts[VACANT, vacant] = row
            vacant += 1
    return vacant


def pick_vacancies(g, rank, in_reach, vacant, world, scratch):
    """Pick those of the posts listed as vacant that are so still, of a rank, and within or outside reach.

    Writes them to ``scratch.posts[LISTED]`` in the order of the rows, and returns their number.
    """
    marks, rows, places = world.people.marks, scratch.posts[LISTED], scratch.scores[BEST_SCORES]
    count, in_order = 0, True
    for k in range(vacant):
        row = scratch.posts[VACANT, k]
        if marks[RANK, row] == rank and marks[OCCUPIED, row] == 0 and is_in_reach(g, row, world) == in_reach:
            in_order = in_order and (count == 0 or rows[count - 1] < row)
            rows[count], places[count] = row, -row
            count += 1
    if not in_order:
        sort_posts(rows, places, count, world.people.key)
    return count


def score_everyone(g, month, world, scratch):
    """Score everyone in region ``g`` for a post one rank up, outside and within reach.

    Whether a post is held, or its holder may rise, is asked only of the few whose scores are high enough: one loop over
    all, with no branch, scores many at once.
    """
    region = world.regions[g]
    p = world.parameters[g]
    people = world.people
    first, last = region.first_row, region.first_row + region.rows
    key, entry = people.key[first:last], people.months[ENTRY_MONTH, first:last]
    competence, loyalty = people.traits[COMPETENCE, first:last], people.traits[LOYALTY_A + region.governing, first:last]
    low, high, index = region.seed_low, region.seed_high, region.index
    patronage, protection = region.patronage[region.governing], p.merit_protection
    seniority_weight, loyalty_weight, noise = p.seniority_weight, p.loyalty_weight, p.score_noise
    outside, within = scratch.scores[0], scratch.scores[1]
    for i in range(len(key)):
        chance = bell_chance(low, high, index, DRAW_SCORE, month, key[i])
        deserved = merit(float(competence[i]), float(month - entry[i]), seniority_weight)
        loyal = float(loyalty[i])
        outside[i] = promotion_score(deserved, loyal, chance, protection, patronage, loyalty_weight, noise, False)
        within[i] = promotion_score(deserved, loyal, chance, protection, patronage, loyalty_weight, noise, True)


def may_be_promoted(row, month, rank, people):
    """Return whether the post is held, no sanction bars the holder, and her contract allows the post above ``rank``."""
    if people.marks[OCCUPIED, row] == 0:
        return False
    if people.months[BARRED_UNTIL, row] >= month or people.marks[POST_LOST, row] == 1:
        return False
    return people.marks[CONTRACT, row] == 0 or rank + 1 < FIRST_STRUCTURAL_RANK


def best_candidates(g, month, rank, in_reach, wanted, world, scratch):
    """Find the ``wanted`` highest scores among those of ``rank`` who may be promoted.

    Writes their posts to ``scratch.posts[BEST]``, best first, and returns how many there are. Ties go to the lower key.
    """
    region = world.regions[g]
    key, scores, base = world.people.key, scratch.scores[in_reach], region.first_row
    best, best_scores = scratch.posts[BEST], scratch.scores[BEST_SCORES]
    found, to_beat = 0, -inf
    for o in range(region.first_office, region.first_office + region.offices):
        first, last = posts_of_rank(world.offices[o], rank)
        in_office = scores[first - base:last - base]
        k = next_from(0, to_beat, in_office)
        while k < len(in_office):
            score, row = in_office[k], first + k
            if scratch.moved[row - base] == 0 and may_be_promoted(row, month, rank, world.people):
                found = keep_best(row, score, best, best_scores, found, wanted, key)
                if found == wanted:
                    to_beat = best_scores[0]  # the last of the best so far stands at the top of the heap
            k = next_from(k + 1, to_beat, in_office)
    sort_posts(best, best_scores, found, key)
    return found


def next_from(place, to_beat, scores):
    """Return the first place from ``place`` on where a score is not below ``to_beat``, or the end."""
    while place < len(scores) and scores[place] < to_beat:
        place += 1
    return place


def loyalty_of_rank(g, rank, world):
    """Return the loyalty to the governing camp of all people of a rank, summed, and their number."""
    region = world.regions[g]
    loyalty, occupied = world.people.traits[LOYALTY_A + region.governing], world.people.marks[OCCUPIED]
    loyal, everyone = 0.0, 0
    for o in range(region.first_office, region.first_office + region.offices):
        first, last = posts_of_rank(world.offices[o], rank)
        loyal += total(loyalty[first:last])
        everyone += whole_total(occupied[first:last])
    return loyal, everyone


def note_loyalty_lead(g, rank, in_reach, found, loyal, everyone, world, scratch):
    """Take down how much more loyal the chosen for posts of ``rank`` are than all of the rank below; return their loyalty.

    ``loyal`` and ``everyone`` are that rank's loyalty, summed, and its people.
    """
    region = world.regions[g]
    theirs = 0.0
    for k in range(found):
        own = loyalty_to(scratch.posts[BEST, k], region.governing, world.people)
        world.tallies[g].loyalty_lead[in_reach, rank] += own - loyal / everyone
        theirs += own
    return theirs


def promote(g, row, post, in_reach, world, scratch):
    """Move the person in ``row`` to ``post``; whoever holds that post takes hers in exchange."""
    region = world.regions[g]
    people, tally = world.people, world.tallies[g]
    rank = int(people.marks[RANK, post])
    tally.promoted[in_reach, rank] += 1.0
    tally.promoted_competence[in_reach, rank] += people.traits[COMPETENCE, row]
    exchange(g, row, post, world)
    people.marks[POST_LOST, row] = 0  # whoever made room has lost the post now
    scratch.moved[row - region.first_row] = 1
    scratch.moved[post - region.first_row] = 1
    region.changes_now += 2.0 if people.marks[OCCUPIED, row] == 1 else 1.0


def exchange(g, row, other, world):
    """Exchange two posts' people (or the vacancy of one), with all their columns and their places in the docket."""
    people = world.people
    exchange_columns(people.marks, FIRST_PERSONAL_MARK, row, other)
    exchange_columns(people.traits, 0, row, other)
    exchange_columns(people.months, 0, row, other)
    people.key[row], people.key[other] = people.key[other], people.key[row]
    if people.marks[CASE_STATUS, row] == NO_CASE and people.marks[CASE_STATUS, other] == NO_CASE:
        return
    region = world.regions[g]
    docket = world.docket[region.first_row:region.first_row + region.docket_length]
    for k in range(len(docket)):
        if docket[k] == row:
            docket[k] = other
        elif docket[k] == other:
            docket[k] = row


def exchange_columns(block, first, row, other):
    """Exchange two posts' values in the columns of a block, from the column ``first`` on."""
    for column in range(first, len(block)):
        block[column, row], block[column, other] = block[column, other], block[column, row]


def hire(g, month, vacant, world, scratch):
    """Fill the posts listed as vacant that are so still, and of staff, with newcomers."""
    region = world.regions[g]
    marks, share = world.people.marks, world.parameters[g].contract_share
    for k in range(vacant):
        row = scratch.posts[VACANT, k]
        if marks[RANK, row] == 0 and marks[OCCUPIED, row] == 0:
            enter(g, row, month, world)
            sign_contract(g, row, month, share, world)
            region.changes_now += 1.0


def reshuffle(g, month, share, decision, world, scratch):
    """Refill a share of the senior posts within reach: known opponents lose theirs first, the best scores get them."""
    region = world.regions[g]
    p = world.parameters[g]
    reach = reach_of_officials(p.merit_protection, p.appointing_stake)
    for below in range(2):
        rank = 4 - below
        held = count_holders(g, rank, world, scratch)
        draw = uniform(region.seed_low, region.seed_high, region.index, decision, month, rank)
        wanted = min(posts_to_refill(share, reach, held, draw), held)
        if wanted <= 0:
            continue
        list_losing(g, rank, wanted, world, scratch)
        found = best_candidates(g, month, rank - 1, 1, wanted, world, scratch)
        loyal, everyone = loyalty_of_rank(g, rank - 1, world)
        note_loyalty_lead(g, rank, 1, found, loyal, everyone, world, scratch)
        for k in range(found):
            world.tallies[g].rotations[1, rank] += 1.0
            promote(g, scratch.posts[BEST, k], scratch.posts[LOSING, k], 1, world, scratch)


def count_holders(g, rank, world, scratch):
    """Return how many posts of ``rank`` within reach are held by somebody who has not changed posts this month."""
    region = world.regions[g]
    count = 0
    for o in range(region.first_office, region.first_office + region.offices):
        if world.offices[o].in_reach == 1:
            first, last = posts_of_rank(world.offices[o], rank)
            for row in range(first, last):
                count += has_settled(g, row, world, scratch)
    return count


def has_settled(g, row, world, scratch):
    """Return 1 if the post is held by somebody who has not changed posts this month, else 0."""
    return world.people.marks[OCCUPIED, row] == 1 and scratch.moved[row - world.regions[g].first_row] == 0


def list_losing(g, rank, wanted, world, scratch):
    """List the ``wanted`` posts of ``rank`` within reach that are taken from their holders: known opponents' first."""
    region = world.regions[g]
    people = world.people
    lag, rows = scratch.scores[BEST_SCORES], scratch.posts[LOSING]
    found = 0
    for o in range(region.first_office, region.first_office + region.offices):
        if world.offices[o].in_reach == 0:
            continue
        first, last = posts_of_rank(world.offices[o], rank)
        for row in range(first, last):
            if has_settled(g, row, world, scratch):
                behind = loyalty_to(row, 1 - region.governing, people) - loyalty_to(row, region.governing, people)
                found = keep_best(row, behind, rows, lag, found, wanted, people.key)
    sort_posts(rows, lag, found, people.key)
