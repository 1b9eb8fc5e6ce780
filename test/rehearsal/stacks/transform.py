"""Runs the SAM transform as CloudFormation does: source templates in, plain templates as JSON out."""

import json
import pathlib
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    def load(self):
        return {}


out = pathlib.Path(sys.argv[1])
for source in map(pathlib.Path, sys.argv[2:]):
    template = yaml_parse(source.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/code.zip"
    (out / f"{source.stem}.json").write_text(json.dumps(transform(template, {}, NoManagedPolicies())))
