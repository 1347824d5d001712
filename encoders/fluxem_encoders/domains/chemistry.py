"""Formulas as atom counts in fixed lanes, and reactions as a stream of terms.

A formula: kind, charge, then limbs of the counts of the 30 commonest elements (all lowest limbs
first, so that a count up to 127 is one lane, count/128), and up to four others as pairs. Adding
the lanes of two formulas adds their atoms while no limb overflows.
A reaction: kind, numbers of terms, whether it is balanced, and its terms as bytes.
"""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    LIMB,
    byte_lanes,
    limb_lanes,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
    sign_lane,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.structures.chemistry import (
    ATOMIC_NUMBERS,
    ELEMENTS,
    MAX_COUNT,
    ChemicalFormula,
    Reaction,
    Term,
)

F32 = NDArray[np.float32]

_COMMON = "H C N O F Na Mg Al Si P S Cl K Ca Ti Cr Mn Fe Co Ni Cu Zn Br Ag Sn I Ba Pb Li B"
COMMON = tuple(_COMMON.split())
"""The elements with lanes of their own, in that order."""

KIND = slice(0, 2)  # one-hot: formula, reaction
# Of a formula.
CHARGE = slice(2, 4)
OTHERS = tuple(slice(start, start + 4) for start in range(4, 20, 4))  # element, 3 limbs of count
COUNTS = slice(20, 110)  # limbs L by common elements E, shape (3, 30)
LIMBS = 3
# Of a reaction.
TERMS = (2, 3)  # numbers of reactants and products, each /128
BALANCED = 4  # 1 or -1
STREAM = slice(8, 112)
ROOM = STREAM.stop - STREAM.start
CHARGED = 128  # in the byte that says how many elements follow

LARGEST = (LIMB - 1) * (256**LIMBS - 1) // 255
LARGEST_CHARGE = (LIMB - 1) * (256**2 - 1) // 255
LIMITS = (
    f"formulas of up to {LARGEST:,} atoms of each element, of {', '.join(COMMON)} and four others, "
    f"with charges within ±{LARGEST_CHARGE:,}; and reactions whose terms sum to {ROOM} bytes: a "
    "term 2, 1 more if charged, and 1 per element, 2 for more than one atom of it (3 from 128 on)"
)

Chemical = ChemicalFormula | Reaction


def holds(value: object) -> bool:
    """True for a ChemicalFormula and a Reaction."""
    return isinstance(value, Chemical)


def encode(value: Chemical) -> F32:
    """Kind and parts."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(int(isinstance(value, Reaction)), 2)
    if isinstance(value, Reaction):
        _write_reaction(value, lanes)
    else:
        _write_formula(value, lanes)
    return lanes


def decode(lanes: F32) -> Chemical:
    """The formula or reaction."""
    return _read_reaction(lanes) if read_one_hot(lanes[KIND]) else _read_formula(lanes)


def _write_formula(value: ChemicalFormula, lanes: F32) -> None:
    others = [(symbol, n) for symbol, n in value.atoms if symbol not in COMMON]
    largest = max((n for _, n in value.atoms), default=0)
    if len(others) > len(OTHERS) or largest > LARGEST or abs(value.charge) > LARGEST_CHARGE:
        raise CapacityError(f"`chemistry` holds {LIMITS}")
    lanes[CHARGE] = limb_lanes(value.charge, 2)
    for place, (symbol, n) in zip(OTHERS, others, strict=False):
        lanes[place.start : place.start + 1] = byte_lanes(bytes([ELEMENTS.index(symbol)]))
        lanes[place.start + 1 : place.stop] = limb_lanes(n, LIMBS)
    counts_LE = lanes[COUNTS].reshape(LIMBS, len(COMMON))
    for symbol, n in value.atoms:
        if symbol in COMMON:
            counts_LE[:, COMMON.index(symbol)] = limb_lanes(n, LIMBS)


def _read_formula(lanes: F32) -> ChemicalFormula:
    counts_LE = lanes[COUNTS].reshape(LIMBS, len(COMMON))
    atoms = [(symbol, read_limbs(counts_LE[:, i])) for i, symbol in enumerate(COMMON)]
    atoms = [(symbol, n) for symbol, n in atoms if n]
    for place in OTHERS:
        for code in read_bytes(lanes[place.start : place.start + 1]):
            atoms.append((ELEMENTS[code], read_limbs(lanes[place.start + 1 : place.stop])))
    return ChemicalFormula(tuple(atoms), read_limbs(lanes[CHARGE]))


def _write_reaction(value: Reaction, lanes: F32) -> None:
    stream = b"".join(map(_pack_term, value.reactants + value.products))
    if len(stream) > ROOM:
        raise CapacityError(
            f"a reaction of {len(stream)} bytes is too long; `chemistry` holds {LIMITS}"
        )
    lanes[[*TERMS]] = np.array([len(value.reactants), len(value.products)]) / 128
    lanes[BALANCED] = sign_lane(not value.is_balanced)
    lanes[STREAM.start : STREAM.start + len(stream)] = byte_lanes(stream)


def _read_reaction(lanes: F32) -> Reaction:
    stream, terms = read_bytes(lanes[STREAM]), list[Term]()
    while stream:
        term, stream = _take_term(stream)
        terms.append(term)
    reactants = round(float(lanes[TERMS[0]]) * 128)
    return Reaction(tuple(terms[:reactants]), tuple(terms[reactants:]))


def _pack_term(term: Term) -> bytes:
    """Coefficient, number of elements, charge if there is one; (element, count) without ones."""
    coefficient, formula = term
    head = len(formula.atoms) | (CHARGED if formula.charge else 0)
    out = _varint(coefficient) + bytes([head])
    if formula.charge:
        out += _varint(2 * abs(formula.charge) - (formula.charge < 0))
    for symbol, n in formula.atoms:
        code = ELEMENTS.index(symbol)
        out += bytes([code]) if n == 1 else bytes([len(ELEMENTS) + code]) + _varint(n)
    return out


def _take_term(stream: bytes) -> tuple[Term, bytes]:
    coefficient, stream = _take_varint(stream)
    head, stream = stream[0], stream[1:]
    charge = 0
    if head & CHARGED:
        size, stream = _take_varint(stream)
        charge = -(size + 1 >> 1) if size & 1 else size >> 1
    atoms = []
    for _ in range(head & ~CHARGED):
        code, stream = stream[0], stream[1:]
        n = 1
        if code >= len(ELEMENTS):
            code -= len(ELEMENTS)
            n, stream = _take_varint(stream)
        atoms.append((ELEMENTS[code], n))
    return (coefficient, ChemicalFormula(tuple(atoms), charge)), stream


def _varint(n: int) -> bytes:
    """Seven bits a byte, lowest first; the last byte is below 128."""
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes([*out, n])


def _take_varint(stream: bytes) -> tuple[int, bytes]:
    n = 0
    for i, byte in enumerate(stream):
        n |= (byte & 127) << (7 * i)
        if byte < 128:
            return n, stream[i + 1 :]
    raise ValueError("the stream ends within a number")


def traits(value: Chemical) -> Traits:
    """Size: the atoms, of a reaction those of its reactants; length: the elements, or the terms.

    List lanes of a formula: charge, electrons, mean atomic number. Of a reaction: the numbers of
    reactants and products, and the charge of the reactants.
    """
    if isinstance(value, ChemicalFormula):
        protons = value.electrons + value.charge
        return number_traits(value.count)._replace(
            length=len(value.atoms),
            lowest=value.charge,
            highest=value.electrons,
            mean=protons / max(1, value.count),
        )
    return number_traits(sum(n * formula.count for n, formula in value.reactants))._replace(
        is_list=1,
        length=len(value.reactants + value.products),
        lowest=len(value.reactants),
        highest=len(value.products),
        mean=sum(n * formula.charge for n, formula in value.reactants),
    )


def parts(value: Chemical) -> Parts:
    """Of a formula, linear and log: the atoms, second: the electrons.

    Of a reaction, linear and second: atoms and electrons of the products less those of the
    reactants, both 0 when it is balanced; count: its terms. All of them add when formulas, or
    reactions, are added.
    """
    if isinstance(value, ChemicalFormula):
        return Parts(
            linear=value.count,
            second=value.electrons,
            log2=log2_of(value.count),
            sign=int(value.count > 0),
        )
    net = value.net_atoms
    protons = sum(ATOMIC_NUMBERS[symbol] * n for symbol, n in net.items())
    return Parts(
        linear=sum(net.values()),
        second=protons - value.net_charge,
        items=len(value.reactants + value.products),
    )


def combine(op: str, a: object, b: object = None) -> Chemical:
    """Sums, differences and multiples of atoms and charges, and of the sides of reactions.

    A reaction `negate`d runs the other way; to subtract it is to add that. Terms are joined in
    order, neither collected nor cancelled.
    """
    match op, a, b:
        case "add", ChemicalFormula(), ChemicalFormula():
            return _sum(a, b, 1)
        case "subtract", ChemicalFormula(), ChemicalFormula():
            return _sum(a, b, -1)
        case "scale", ChemicalFormula(), int() if _is_factor(b):
            return _formula({symbol: n * b for symbol, n in a.atoms}, a.charge * b)
        case "add", Reaction(), Reaction():
            return Reaction(a.reactants + b.reactants, a.products + b.products)
        case "subtract", Reaction(), Reaction():
            return Reaction(a.reactants + b.products, a.products + b.reactants)
        case "negate", Reaction(), None:
            return Reaction(a.products, a.reactants)
        case "scale", Reaction(), int() if _is_factor(b):
            return Reaction(_scale_side(a.reactants, b), _scale_side(a.products, b))
    raise AlgebraError(
        f"`{op}` knows two formulas, two reactions, and whole multiples from 1; `negate` reactions"
    )


def _is_factor(n: int) -> bool:
    return not isinstance(n, bool) and n >= 1


def _sum(a: ChemicalFormula, b: ChemicalFormula, sign: int) -> ChemicalFormula:
    counts = dict(a.atoms)
    for symbol, n in b.atoms:
        counts[symbol] = counts.get(symbol, 0) + sign * n
    return _formula(counts, a.charge + sign * b.charge)


def _formula(counts: dict[str, int], charge: int) -> ChemicalFormula:
    if max(counts.values(), default=0) > MAX_COUNT or abs(charge) > MAX_COUNT:
        raise CapacityError(f"`chemistry` holds {LIMITS}")
    try:
        return ChemicalFormula(tuple((s, n) for s, n in counts.items() if n), charge)
    except ValueFormError as error:
        raise AlgebraError(f"the result is no formula: {error}") from None


def _scale_side(side: tuple[Term, ...], by: int) -> tuple[Term, ...]:
    if max(n for n, _ in side) * by > MAX_COUNT:
        raise CapacityError(f"coefficients lie below 10**9; `chemistry` holds {LIMITS}")
    return tuple((n * by, formula) for n, formula in side)


register(
    Domain(
        name="chemistry",
        holds=holds,
        types="a ChemicalFormula or a Reaction",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"add": "exact", "subtract": "exact", "scale": "exact", "negate": "exact"},
        combine=combine,
    )
)
