/** The port this service listens on; `port` of yelb-appserver in platform.yaml must be the same. */
export const LISTEN_PORT = 4567;
