# The static binary and nothing else. The context is the folder of a release:
#   docker build --file Dockerfile --tag kai target/dist/kai_*_linux_x86_64
#   docker run --rm --volume "$PWD:/work:ro" kai review
FROM scratch
COPY kai /kai
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["/kai"]
CMD ["review"]
