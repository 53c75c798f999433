"""Addresses of the bank's products and their policies, under ``/bank/products/``."""

from __future__ import annotations

from django.urls import path

from portal.web.bank import policy_edit, products

urlpatterns = [
    path("", products.listed, name="products"),
    path("<uuid:product_id>/", products.detail, name="product"),
    path("<uuid:product_id>/new-version/", policy_edit.edit, name="product_edit"),
    path("versions/<uuid:version_id>/", products.version, name="product_version"),
]
