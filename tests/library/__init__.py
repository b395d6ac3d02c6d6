"""Tests of the clause library: its shape, its proof, its coverage of the law."""
