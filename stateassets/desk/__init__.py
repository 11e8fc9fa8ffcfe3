"""The desk (报送台): where enterprises hand in their returns and staff decide about them."""
