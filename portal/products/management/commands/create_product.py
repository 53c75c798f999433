"""``manage.py create_product``: the operator adds a bank's product."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.actor import SystemActor
from portal.core.errors import Refused
from portal.core.money import parse_yuan
from portal.products.create_product import create_product
from portal.products.rules import ProductBounds, ProductTexts


class Command(BaseCommand):
    help = "Add a loan product of a bank; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bank", type=UUID, required=True, help="id of the bank")
        for name in ("name", "name-zh", "summary", "summary-zh"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--from-yuan", type=parse_yuan, required=True, help="least amount")
        parser.add_argument("--to-yuan", type=parse_yuan, required=True, help="largest amount")
        parser.add_argument("--terms", type=int, nargs="+", required=True, help="months")
        parser.add_argument("--rate-bp", type=int, required=True, help="yearly rate, basis points")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            product = create_product(
                SystemActor("create_product"),
                bank_id=options["bank"],
                texts=ProductTexts(
                    name=options["name"],
                    name_zh=options["name_zh"],
                    summary=options["summary"],
                    summary_zh=options["summary_zh"],
                ),
                bounds=ProductBounds(
                    min_amount_fen=options["from_yuan"],
                    max_amount_fen=options["to_yuan"],
                    terms_months=tuple(options["terms"]),
                    annual_rate_bp=options["rate_bp"],
                ),
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(str(product.id))
