/** The colours and components of the page that hosts the console. */
declare var ChakraUISystem: import("@chakra-ui/react").SystemContext | undefined;
