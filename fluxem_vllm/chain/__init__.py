"""The chain: detect, plan, bind, run, answer; pure logic without I/O."""
