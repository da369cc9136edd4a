"""Which addresses may be sent to: none that is private, however it is written, unless the operator allows it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from notification_service.sending.guard import AddressRefused, Guard, networks

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not Guard().permits(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_not(address: str) -> None:
    assert Guard().permits(address)


def test_the_operator_may_allow_a_network_and_only_that() -> None:
    guard = Guard(networks("127.0.0.0/8, fd00::/8"))
    assert [guard.permits(one) for one in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "10.0.0.1", "::1")] == [
        True, True, True, False, False,
    ]  # fmt: skip


async def test_a_name_with_one_private_address_is_refused_whole() -> None:
    """Else whoever owns the name decides by chance, or by a second answer, where the connection goes."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.215.14", "10.0.0.1"]

    with pytest.raises(AddressRefused):
        await Guard(resolve=resolve).addresses("example.org", 443)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "[::1]", "localhost"])
async def test_other_ways_to_write_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises(AddressRefused):
        await Guard().addresses(host, 80)
