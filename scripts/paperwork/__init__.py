"""Made-up papers, as a scanner or a camera would see them: for the virtual scanner and the tests."""
