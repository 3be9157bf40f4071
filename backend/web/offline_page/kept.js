// In the folder that is saved for use without a server, this file holds keys and lists.
var KEPT = null;
