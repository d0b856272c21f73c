"""ipaddress: addresses, networks, interfaces of both versions; errors; arithmetic."""

from _fresh import attempt, fresh

MODULES = ("ipaddress",)

TEXTS = ["192.0.2.1", "10.0.0.0/8", "10.0.0.1/255.255.0.0", "10.0.0.0/0.0.255.255", "::1", "2001:db8::/32", "fe80::1%eth0", "::ffff:1.2.3.4", "2002:c000:204::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4/33", ":::", "1::2::3", "g::", "12345::", "1:2:3:4:5:6:7:8:9",
         ":1:2:3:4:5:6:7", "1.2.3.4/a", "1.2.3.4/1.2.3.4", "", "/", "::1/129", "::/0", "0.0.0.0/0", "224.0.0.1", "127.0.0.1", "169.254.0.1", "255.255.255.255", "ff02::1", "fc00::1", "::", "1.2.3.4 ", "::1.2.3", "%", "fe80::1%", "1:2:3:4:5:6:7:", "100.64.0.1"]


def main():
    with fresh(MODULES) as (ip,):
        for text in TEXTS:
            print(text, attempt(ip.ip_address, text), attempt(ip.ip_network, text, strict=False), attempt(ip.ip_network, text), attempt(ip.ip_interface, text))
            address = attempt(ip.ip_address, text)
            if not isinstance(address, str):
                print([name for name in ("is_private", "is_global", "is_multicast", "is_reserved", "is_loopback", "is_link_local", "is_unspecified") if getattr(address, name)], attempt(lambda address=address: (address.exploded, address.compressed, address.reverse_pointer)), int(address), address.packed, hash(address) is not None, f"{address:x} {address:s}", repr(address),
                      [getattr(address, name, None) for name in ("ipv4_mapped", "sixtofour", "teredo", "scope_id", "is_site_local")], address + 0 == address, attempt(lambda address=address: address - 2**130), address < address + 0, attempt(lambda address=address: address < 3))
        net = ip.ip_network("192.0.2.0/28")
        print(list(net.hosts())[:3], len(list(ip.ip_network("10.0.0.0/31").hosts())), list(ip.ip_network("::/126").hosts()), list(ip.ip_network("1.1.1.1/32").hosts()), net[3], net[-1], attempt(lambda: net[99]), attempt(lambda: net[-99]), net.num_addresses, net.hostmask, net.with_netmask, net.with_hostmask, net.with_prefixlen)
        print(list(net.subnets()), list(net.subnets(new_prefix=30)), attempt(lambda: list(net.subnets(prefixlen_diff=9))), attempt(lambda: list(net.subnets(2, 30))), net.supernet(), net.supernet(new_prefix=20), attempt(net.supernet, 1, 2), attempt(net.supernet, new_prefix=30), list(net.address_exclude(ip.ip_network("192.0.2.4/30"))), attempt(lambda: list(net.address_exclude(ip.ip_network("1.0.0.0/8")))), attempt(lambda: list(net.address_exclude(3))))
        print(net.overlaps(ip.ip_network("192.0.2.8/29")), net.subnet_of(ip.ip_network("192.0.0.0/16")), net.supernet_of(net), attempt(net.subnet_of, ip.ip_network("::/0")), ip.ip_address("192.0.2.5") in net, attempt(lambda: net in net), net.compare_networks(ip.ip_network("10.0.0.0/8")), attempt(net.compare_networks, ip.ip_network("::/0")), net == net, net < ip.ip_network("193.0.0.0/8"))
        print(list(ip.summarize_address_range(ip.ip_address("1.1.1.0"), ip.ip_address("1.1.1.130"))), attempt(lambda: list(ip.summarize_address_range(ip.ip_address("1.1.1.1"), ip.ip_address("1.1.1.0")))), list(ip.collapse_addresses([ip.ip_network("1.1.0.0/24"), ip.ip_network("1.1.1.0/24"), ip.ip_address("1.1.2.0")])), attempt(lambda: list(ip.collapse_addresses([net, ip.ip_network("::/0")]))))
        print(ip.v4_int_to_packed(5), attempt(ip.v4_int_to_packed, -1), ip.v6_int_to_packed(5), ip.get_mixed_type_key(net), ip.IPv4Address(5), ip.IPv4Address(b"\1\2\3\4"), attempt(ip.IPv4Address, b"x"), attempt(ip.IPv4Address, 2**40), ip.IPv6Network((5 << 64, 64)), ip.IPv4Interface(("1.2.3.4", 8)).network, ip.IPv4Interface("1.2.3.4/8") < ip.IPv4Interface("1.2.3.5/8"))


if __name__ == "__main__":
    main()
