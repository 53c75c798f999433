"""Every address of the portal's origin, one line per audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.web.public.urls")),
    path("account/", include("portal.web.account.urls")),
    path("firm/", include("portal.web.sme.urls")),
    path("bank/", include("portal.web.bank.urls")),
    path("api/", include("portal.api.urls")),
    path("regulator/", include("portal.web.regulator.urls")),
]

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.forbidden"
handler404 = "portal.web.errors.not_found"
handler500 = "portal.web.errors.server_error"
