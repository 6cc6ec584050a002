# syntax=docker/dockerfile:1
# A project inside the image, for places that mount no files (ECS on Fargate):
#
#   docker build -f deploy/docker/project.Dockerfile --build-arg IMAGE=kakunin:0.1.0 -t kakunin-project path/to/project
#
# Secrets are no part of a project: kakunin.toml names environment variables or files.
ARG IMAGE=kakunin:0.1.0
FROM ${IMAGE}
COPY . /project
