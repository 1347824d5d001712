"""An MCP server made with the official SDK, with tools as other people's servers have them."""

import math

import anyio
from mcp.server.mcpserver import MCPServer

server = MCPServer("foreign")

PRICES: dict[int, float] = {1001: 19.99, 2040: 4.5, 3307: 129.0, 4412: 64.0, 5125: 7.25}
SEATS: dict[int, int] = {88: 36, 212: 5, 417: 23, 1630: 0}
TICKETS: dict[int, int] = {1: 12, 2: 31, 4: 81, 7: 8}
TEMPERATURES: dict[str, float] = {
    "lisbon": 21.5,
    "oslo": -3.0,
    "nairobi": 24.0,
    "new york": 11.8,
    "tokyo": 16.0,
}
TRAILS: dict[str, float] = {
    "eagle ridge": 12.4,
    "mirror lake": 5.5,
    "old mill loop": 7.2,
    "king's path": 18.0,
}
DESKS: dict[str, str] = {"maria lopez": "B-12", "tom becker": "A-3", "aiko": "C-27"}


@server.tool()
def reservoir_level() -> float:
    """Get the current water level of the reservoir in percent."""
    return 62.5


@server.tool()
def getQueueLength() -> int:
    """Returns how many callers are waiting in the support queue."""
    return 17


@server.tool()
def tideHeight(hour: int) -> float:
    """Tide height in the harbour (metres) at the given hour of the day."""
    return round(2.1 + 1.4 * math.cos(math.pi * hour / 6), 2)


@server.tool()
def price_by_sku(sku: int) -> float:
    """Look up the price of a product by its SKU number."""
    return PRICES.get(sku, sku % 90 + 9.95)


@server.tool()
def seats_left(flight_number: int) -> int:
    """Open seats on a flight."""
    return SEATS.get(flight_number, flight_number * 7 % 61)


@server.tool()
def pointsToVouchers(points: int) -> int:
    """Exchange loyalty points into vouchers, rounded down."""
    return points // 250


@server.tool()
def battery_left(hours: float) -> float:
    """Remaining battery charge in % after some hours of use."""
    return round(max(0.0, 100 - 8.5 * hours), 2)


@server.tool(name="lookup-order")
def lookup_order(order_id: int) -> str:
    """Look up the status of an order."""
    return ("packed", "shipped", "delivered", "on hold", "cancelled")[order_id % 5]


@server.tool()
def get_open_tickets(team_id: int) -> int:
    """Get the number of open tickets assigned to a team."""
    return TICKETS.get(team_id, team_id * 5 % 23)


@server.tool()
def calc_postage(weight_kg: float, zone: int) -> float:
    """Calculate the postage for a parcel from its weight and shipping zone."""
    return round(3.2 + 1.5 * weight_kg + 2.25 * zone, 2)


@server.tool()
def parkingFee(hours: int, level: int) -> float:
    """Parking fee for a stay of some hours on a level of the garage."""
    return round(hours * (2.8 - 0.3 * level), 2)


@server.tool()
def get_weather(city: str) -> float:
    """Get the current temperature in a city, in degrees Celsius."""
    return TEMPERATURES.get(city.strip().lower(), 9.5 + len(city.strip()))


@server.tool()
def trail_length(name: str) -> float:
    """Length of a hiking trail in km."""
    return TRAILS.get(name.strip().lower(), 2.5 + len(name.strip()))


@server.tool(name="find-desk")
def find_desk(person: str) -> str:
    """Find the desk where a person sits."""
    return DESKS.get(person.strip().lower(), f"D-{len(person.strip())}")


if __name__ == "__main__":
    anyio.run(server.run_stdio_async)
