"""moto's CloudFormation, made strict and taught the types that Headroom needs.

It proves references, order and outputs: every property is in the CloudFormation schema, every identifier names something that
stands at that moment, things are made after what they depend on and deleted before it, and outputs have values. It does not
prove AWS's behaviour: no quota, no capacity, no permission and no node is checked here.
"""
